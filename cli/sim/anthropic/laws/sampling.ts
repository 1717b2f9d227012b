import { isObject } from "../../json.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

const guide =
  "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#important-considerations-when-using-extended-thinking";

/** Which sampling parameters go with which model, and with thinking. */
export const sampling: Law = (body, model) => {
  const { temperature, top_p, top_k } = body;
  const asked = ["temperature", "top_p", "top_k"].find((name) => body[name] !== undefined);
  if (asked === undefined) return undefined;
  if (model.sampling === "none") return invalid(`\`${asked}\` is deprecated for this model.`);
  if (model.sampling === "default") {
    if ((temperature ?? 1) !== 1) return invalid("`temperature` is deprecated for this model.");
    if (typeof top_p === "number" && top_p < 0.99) return invalid("`top_p` is deprecated for this model.");
    return top_k === undefined ? undefined : invalid("`top_k` is deprecated for this model.");
  }
  if (temperature !== undefined && top_p !== undefined) {
    return invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.");
  }
  const thinking = isObject(body["thinking"]) ? body["thinking"]["type"] : undefined;
  if (thinking !== "enabled" && thinking !== "adaptive") return undefined;
  if ((temperature ?? 1) !== 1)
    return invalid(`\`temperature\` may only be set to 1 when thinking is enabled. ${guide}`);
  if (top_k !== undefined) return invalid(`\`top_k\` must be unset when thinking is enabled. ${guide}`);
  return typeof top_p === "number" && top_p < 0.95
    ? invalid(`\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${guide}`)
    : undefined;
};
