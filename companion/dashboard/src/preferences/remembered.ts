import * as v from "valibot";

const PREFIX = "hhq.";

export interface Remembered<Value> {
  read(): Value;
  write(value: Value): void;
}

/** A choice in `localStorage`. What does not fit its schema (an older version, another hand) counts as not chosen. */
export function remembered<Value>(
  name: string,
  schema: v.GenericSchema<unknown, Value>,
  otherwise: Value,
): Remembered<Value> {
  return {
    read: () => {
      const found = v.safeParse(schema, parsed(storage()?.getItem(PREFIX + name) ?? null));
      return found.success ? found.output : otherwise;
    },
    write: (value) => {
      try {
        storage()?.setItem(PREFIX + name, JSON.stringify(value));
      } catch {
        // A browser that keeps nothing (full, or private): the choice holds until the page is closed.
      }
    },
  };
}

function storage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
