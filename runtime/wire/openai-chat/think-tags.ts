/** A piece of an answer, told apart. */
export type Split = Readonly<{ thinking: string; text: string }>;

/** Tells reasoning between tags at the head of an answer from what follows, while both arrive in fragments cut anywhere. */
export type ThinkTagReader = Readonly<{
  push(fragment: string): Split;
  /** What was held back. Tags that never closed leave nothing but reasoning. */
  end(): Split;
}>;

const opening = "<think>";
const closing = "</think>";

/** White space next to a tag is layout, no part of either text. */
export function thinkTagReader(): ThinkTagReader {
  let state: "head" | "thinking" | "gap" | "text" = "head";
  let held = "";
  let hasThought = false;

  function readHead(): Split {
    const head = held.trimStart();
    if (head.startsWith(opening)) {
      state = "thinking";
      held = head.slice(opening.length);
      return readThinking();
    }
    return opening.startsWith(head) ? nothing : release("text");
  }

  function readThinking(): Split {
    if (!hasThought) held = held.trimStart();
    const end = held.indexOf(closing);
    const thinking = held.slice(0, safeLength(end === -1 ? held : held.slice(0, end)));
    hasThought ||= thinking !== "";
    if (end === -1) {
      held = held.slice(thinking.length);
      return { thinking, text: "" };
    }
    held = held.slice(end + closing.length);
    state = "gap";
    return { thinking, text: readGap().text };
  }

  function readGap(): Split {
    held = held.trimStart();
    return held === "" ? nothing : release("text");
  }

  function release(as: "thinking" | "text"): Split {
    const rest = held;
    held = "";
    if (as === "text") state = "text";
    return { ...nothing, [as]: rest };
  }

  return {
    push(fragment) {
      held += fragment;
      switch (state) {
        case "head":
          return readHead();
        case "thinking":
          return readThinking();
        case "gap":
          return readGap();
        case "text":
          return release("text");
      }
    },
    end() {
      if (state !== "thinking") return state === "gap" ? nothing : release("text");
      held = held.trimEnd();
      return release("thinking");
    },
  };
}

export function splitThinkTags(text: string): Split {
  const reader = thinkTagReader();
  const [head, tail] = [reader.push(text), reader.end()];
  return { thinking: head.thinking + tail.thinking, text: head.text + tail.text };
}

const nothing: Split = { thinking: "", text: "" };

/** How much certainly belongs to the reasoning: not the start of a closing tag, nor white space that may stand before it. */
function safeLength(text: string): number {
  const at = text.lastIndexOf("<");
  const end = at !== -1 && closing.startsWith(text.slice(at)) ? at : text.length;
  return text.slice(0, end).trimEnd().length;
}
