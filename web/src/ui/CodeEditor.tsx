// CodeMirror 6 with our colours, the page's nonce, folding, search and completion of `{{ }}`.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { pageNonce } from "@/lib/nonce";
import type { CodeFieldProps } from "./CodeField";
import "./codeColours.css";
import { completeJson, completeTemplate } from "./codeCompletion";

interface Props extends CodeFieldProps {
  labelId?: string | undefined;
  errorId?: string | undefined;
}

export function CodeEditor(props: Props) {
  const { value, language, onChange, minHeight = 0, maxHeight = 480 } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const attributes = useRef(new Compartment());
  const readOnly = !onChange;

  useEffect(() => {
    if (!place.current) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          ...basics(language, readOnly),
          sizes(minHeight, maxHeight),
          attributes.current.of(EditorView.contentAttributes.of(described(latest.current))),
          autocompletion({
            override: [
              (context) => completeTemplate(context, latest.current.completions ?? []),
              ...(language === "json" ? [completeJson] : []),
            ],
            icons: false,
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [language, readOnly, minHeight, maxHeight]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  const { label, labelId, errorId } = props;
  useEffect(() => {
    view.current?.dispatch({
      effects: attributes.current.reconfigure(
        EditorView.contentAttributes.of(described({ label, labelId, errorId, readOnly })),
      ),
    });
  }, [label, labelId, errorId, readOnly]);

  return <div ref={place} />;
}

interface Description {
  label: string;
  labelId?: string | undefined;
  errorId?: string | undefined;
  readOnly?: boolean;
  onChange?: CodeFieldProps["onChange"];
}

function described(of: Description): Record<string, string> {
  const readOnly = of.readOnly ?? !of.onChange;
  const attributes: Record<string, string> = { spellcheck: "false", tabindex: "0" };
  if (of.labelId) attributes["aria-labelledby"] = of.labelId;
  else attributes["aria-label"] = of.label;
  if (readOnly) attributes["aria-readonly"] = "true";
  if (of.errorId) {
    attributes["aria-invalid"] = "true";
    attributes["aria-describedby"] = of.errorId;
  }
  return attributes;
}

function basics(language: "json" | "text", readOnly: boolean): Extension[] {
  const nonce = pageNonce();
  return [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    lineNumbers(),
    history(),
    bracketMatching(),
    indentOnInput(),
    highlightSelectionMatches(),
    language === "json" ? [json(), foldGutter()] : EditorView.lineWrapping,
    syntaxHighlighting(colours),
    theme,
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    // Ctrl/Cmd+Enter belongs to Run, Tab to moving on (WCAG 2.1.2, no keyboard trap).
    keymap.of([
      ...completionKeymap,
      ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"),
      ...historyKeymap,
      ...searchKeymap,
      ...foldKeymap,
    ]),
  ];
}

function sizes(minHeight: number, maxHeight: number): Extension {
  return EditorView.theme({
    "&": { maxHeight: `${maxHeight}px` },
    ".cm-content, .cm-gutter": { minHeight: `${minHeight}px` },
    ".cm-scroller": { overflow: "auto" },
  });
}

/** Mantine's variables change with the scheme, so one theme does for both. */
const theme = EditorView.theme({
  "&": {
    fontSize: "var(--mantine-font-size-xs)",
    border: "1px solid var(--mantine-color-default-border)",
    borderRadius: "var(--mantine-radius-sm)",
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
  },
  "&.cm-focused": { outline: "2px solid var(--mantine-color-anchor)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--mantine-color-text)" },
  ".cm-cursor": { borderLeftColor: "var(--mantine-color-text)" },
  ".cm-gutters": {
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-dimmed)",
    border: "none",
  },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection":
    { backgroundColor: "var(--mantine-primary-color-light-hover)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--mantine-color-default-hover)",
    outline: "1px solid var(--mantine-color-default-border)",
  },
  ".cm-selectionMatch, .cm-searchMatch": {
    backgroundColor: "var(--mantine-color-yellow-light)",
  },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--mantine-color-default-hover)",
    border: "none",
    color: "var(--mantine-color-dimmed)",
  },
  ".cm-panels, .cm-tooltip": {
    backgroundColor: "var(--mantine-color-body)",
    color: "var(--mantine-color-text)",
    borderColor: "var(--mantine-color-default-border)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--mantine-color-anchor)",
    color: "var(--mantine-color-body)",
  },
  ".cm-textfield, .cm-button": {
    backgroundColor: "var(--mantine-color-default)",
    backgroundImage: "none",
    color: "var(--mantine-color-text)",
    border: "1px solid var(--mantine-color-default-border)",
  },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--sk-code-name)" },
  { tag: tags.string, color: "var(--sk-code-string)" },
  { tag: tags.number, color: "var(--sk-code-number)" },
  { tag: [tags.bool, tags.null], color: "var(--sk-code-word)" },
  { tag: tags.invalid, color: "var(--mantine-color-error)" },
]);
