/** What a gateway is set up for, and how it is offered. */
export const goals = {
  save: "save money: short requests go to a cheaper model",
  structured: "structured output that heals: cheap first, a better model where its JSON is wrong",
  latency: "answer faster: a second model is asked when the first one takes its time",
  gateway: "just a gateway: every request goes where it asks to go",
} as const;

export type Goal = keyof typeof goals;

export const goalNames = Object.keys(goals).filter(isGoal);

export function isGoal(word: string): word is Goal {
  return Object.hasOwn(goals, word);
}
