// A foreign HTML document made fit to be looked at inside the page: no script, no request, no way out.
//
// The frame it is shown in is what protects the page: an empty `sandbox` (no script, no forms, no
// navigation of the page, an origin of its own) and the page's own Content-Security-Policy, which a
// frame made from text inherits. What is taken away here would be refused there anyway, loudly and
// one by one; and a link that opens nothing must not look as if it did.

/** Whole elements that can do or load something. */
const REMOVED =
  "script, noscript, base, link, meta, iframe, frame, frameset, object, embed, applet, portal, " +
  "audio, video, source, track, template, dialog, math, svg script, svg use, svg foreignObject";

/** Attributes that name something to load or to go to; images may stay when they carry their data. */
const LOADS = [
  "src",
  "srcset",
  "href",
  "xlink:href",
  "background",
  "poster",
  "action",
  "formaction",
];
const CARRIED = /^data:image\/(png|gif|jpeg|webp|avif);/i;

const HTML = "http://www.w3.org/1999/xhtml";

const TAG = /<[a-z][^<>]*>/gi;
const NOISY = /\s(style|on[a-z]+)(?=\s*=)/gi;

/** The document's text for `srcdoc`; its style sheets carry `nonce`, since the policy asks for it. */
export function harmlessHtml(text: string, nonce: string): string {
  const foreign = new DOMParser().parseFromString(quiet(text, nonce), "text/html");
  for (const element of foreign.querySelectorAll(REMOVED)) element.remove();
  removeComments(foreign);
  for (const form of foreign.querySelectorAll("form")) unmake(form, foreign);
  const rules: string[] = [];
  for (const element of foreign.querySelectorAll("*")) disarm(element, rules);
  for (const sheet of foreign.querySelectorAll("style")) sheet.setAttribute("nonce", nonce);
  if (rules.length > 0) {
    const sheet = foreign.createElement("style");
    sheet.setAttribute("nonce", nonce);
    sheet.textContent = rules.join("\n");
    foreign.head.append(sheet);
  }
  const lang = foreign.documentElement.getAttribute("lang");
  foreign.documentElement.setAttribute("lang", lang || "und");
  if (!foreign.title) foreign.title = "Preview";
  return `<!doctype html>${foreign.documentElement.outerHTML}`;
}

/**
 * Even a document that is only read is held to the policy, which complains of each inline style and
 * handler. Called otherwise they are silent; what this overlooks is dealt with all the same.
 */
function quiet(text: string, nonce: string): string {
  return text
    .replace(TAG, (tag) => tag.replace(NOISY, " data-sk-$1"))
    .replace(/<style(?=[\s>])/gi, () => `<style nonce="${nonce}"`);
}

/** Nobody sees them, and what stands in them unescaped may be read as tags somewhere else. */
function removeComments(foreign: Document): void {
  const walker = foreign.createTreeWalker(foreign, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.parentNode?.removeChild(comment);
}

/** A form that cannot be sent is a box: its buttons then promise nothing to the browser. */
function unmake(form: Element, foreign: Document): void {
  // Inside a drawing it is none, and a box there would end the drawing when the frame reads it.
  if (form.namespaceURI !== HTML) {
    form.remove();
    return;
  }
  const box = foreign.createElement("div");
  for (const { name, value } of form.attributes) box.setAttribute(name, value);
  box.append(...form.childNodes);
  form.replaceWith(box);
}

function disarm(element: Element, rules: string[]): void {
  for (const name of element.getAttributeNames()) {
    const value = element.getAttribute(name) ?? "";
    if (/^(data-sk-)?on/.test(name) || name === "nonce") element.removeAttribute(name);
    else if (LOADS.includes(name) && !(name === "src" && CARRIED.test(value))) {
      element.removeAttribute(name);
      if (name === "href" && element.localName === "a") element.setAttribute("title", value);
    }
  }
  // Inline styles are refused by the policy; the same declarations as a rule are not.
  const style = element.getAttribute("data-sk-style") ?? element.getAttribute("style");
  if (style === null) return;
  element.removeAttribute("style");
  element.removeAttribute("data-sk-style");
  const place = String(rules.length);
  element.setAttribute("data-sk-rule", place);
  // Serialized by the browser, so that no text in it can end the rule.
  const written = document.createElement("i").style;
  written.cssText = style;
  // An escape in place of "<": no text in it may end the style sheet.
  const declarations = written.cssText.replaceAll("<", "\\3c ");
  rules.push(`[data-sk-rule="${place}"] { ${declarations} }`);
}
