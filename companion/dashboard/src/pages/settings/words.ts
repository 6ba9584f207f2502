/** A word is in a list once. */
export function merged(words: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...words, ...more])];
}
