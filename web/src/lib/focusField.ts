// Go to the field a JSON Pointer names, opening what is folded around it.

/** Fields carry `data-pointer`; a fault deeper than any field goes to the nearest one above it. */
export function focusField(pointer: string): void {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    const field = document.querySelector<HTMLElement>(
      `[data-pointer="${at.replaceAll(/["\\]/g, "\\$&")}"]`,
    );
    if (!field) continue;
    for (
      let fold = field.closest("details");
      fold;
      fold = fold.parentElement?.closest("details") ?? null
    ) {
      fold.open = true;
    }
    field.scrollIntoView({ block: "center" });
    field.focus();
    return;
  }
}
