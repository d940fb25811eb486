// The editor of a cell: CodeMirror, in the book's colors.

import {
  EditorState, EditorView, HighlightStyle, autocompletion, bracketMatching, closeBrackets,
  closeBracketsKeymap, completionKeymap, defaultKeymap, highlightSelectionMatches, history,
  historyKeymap, hoverTooltip, indentLess, indentMore, indentOnInput, indentUnit, keymap,
  pythonLanguage, search, searchKeymap, syntaxHighlighting, tags,
} from "./codemirror.mjs";

const color = name => ({ color: `var(--code-${name})` });
const COLORS = HighlightStyle.define([
  { tag: tags.comment, ...color("comment") },
  { tag: [tags.keyword, tags.bool, tags.null], ...color("word") },
  { tag: tags.string, ...color("text") },
  { tag: tags.number, ...color("number") },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.className], ...color("name") },
  { tag: tags.operator, ...color("sign") },
]);

const TAB = { key: "Tab", run: indentMore, shift: indentLess };

// `does` holds what the keys and the names call: run, change, complete, describe.
export function edit(parent, text, label, does) {
  const run = () => { does.run(); return true; };
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Shift-Enter", run }, { key: "Mod-Enter", run }]),
        history(), search({ top: true }), closeBrackets(), bracketMatching(), indentOnInput(),
        highlightSelectionMatches(), indentUnit.of("    "), pythonLanguage, syntaxHighlighting(COLORS),
        autocompletion({ override: [context => names(context, does)] }),
        hoverTooltip((view, at) => meaning(view, at, does), { hoverTime: 600 }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, TAB, ...defaultKeymap]),
        EditorView.contentAttributes.of({
          "aria-label": label, "aria-description": "Shift+Enter runs the cell. Escape, then Tab, leaves the editor.",
          autocapitalize: "off", autocorrect: "off", spellcheck: "false",
        }),
        EditorView.updateListener.of(update => { if (update.docChanged) does.change(update.state.doc.toString()); }),
      ],
    }),
  });
}

export function replace(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

const MOST = 300; // names that Python offers at once
const WORD = /[\p{L}\p{N}_]*$/u;
const PATH = /[\p{L}\p{N}_.]*$/u;

async function names(context, does) {
  const word = context.matchBefore(WORD);
  const dot = context.matchBefore(/\.[\p{L}\p{N}_]*$/u);
  if (!context.explicit && !dot && word.to - word.from < 2) return null;
  const options = await does.complete(context.state.sliceDoc(0, context.pos));
  return options && {
    from: word.from,
    validFor: text => text.match(WORD)[0] === text && options.length < MOST && text[0] === "_" === word.text.startsWith("_"),
    options: options.map(({ info, ...option }) => info ? { ...option, info: () => says(info) } : option),
  };
}

async function meaning(view, at, does) {
  const line = view.state.doc.lineAt(at);
  const before = line.text.slice(0, at - line.from).match(PATH)[0];
  const path = before + line.text.slice(at - line.from).match(/^[\p{L}\p{N}_]*/u)[0];
  if (!/^[\p{L}_]/u.test(path)) return null;
  const { call, text } = await does.describe(path) ?? {};
  if (!call && !text) return null;
  return { pos: at - before.length, above: true, create: () => ({ dom: says(`${path.split(".").at(-1)}${call}\n\n${text}`) }) };
}

function says(text) {
  const dom = document.createElement("pre");
  dom.className = "live-meaning";
  dom.textContent = text;
  return dom;
}
