import type { Schemas } from "../../api/client";

/** What an act was about: its target, or the settings that it changed. */
export function aboutOf({ target, before }: Pick<Schemas["AuditEntry"], "target" | "before">): string {
  if (target !== "") return target;
  // Their names have dots; what else is known of before (a digest, a state) is no name.
  const names = Object.keys(before ?? {}).filter((key) => key.includes("."));
  return names.join(", ");
}
