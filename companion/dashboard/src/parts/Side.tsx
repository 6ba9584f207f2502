/** LONG or SHORT: codes of the exchange, the same in every language. */
export function Side({ side }: { side: string }) {
  return <span className={`side side-${side.toLowerCase()}`}>{side}</span>;
}
