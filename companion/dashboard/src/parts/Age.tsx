import { useFormatter } from "../format/useFormatter";
import { useNow } from "../store/clock";

/** How long ago something was; `limitMs` is when that becomes a warning. 0 is never. */
export function Age({ ms, limitMs }: { ms: number; limitMs?: number }) {
  const format = useFormatter();
  const age = Math.max(0, useNow() - ms);
  if (ms === 0) return <span className="muted">{format.notAvailable}</span>;
  const isOld = limitMs !== undefined && age > limitMs;
  return <span className={isOld ? "age-old" : ""}>{format.duration(age / 1000)}</span>;
}
