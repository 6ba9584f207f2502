import { useMemo } from "react";
import { preferences } from "../preferences/preferences";
import { useStore } from "../store/store";
import { Formatter } from "./formatter";

/** The formatter of the language and the time zone of choice. */
export function useFormatter(): Formatter {
  const { language, zone } = useStore(preferences);
  return useMemo(() => new Formatter({ language, zone }), [language, zone]);
}
