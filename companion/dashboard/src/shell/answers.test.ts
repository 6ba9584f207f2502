import { expect, it } from "vitest";
import { each } from "../api/pace";
import { Problem } from "../api/problem";
import { answersOf } from "./answers";

const problem = (status: number, retryAfter?: number) => new Problem(status, "kind", "why", "id", retryAfter);
const asked = { error: null, openSinceMs: 100_000, lastMs: 40, nowMs: 101_000 };

it("says nothing while answers come", () => {
  expect(answersOf(asked).state).toBe("well");
  expect(answersOf({ ...asked, openSinceMs: 0, nowMs: 500_000 }).state).toBe("well");
});

it("tells slow, silent, limited and refused apart", () => {
  expect(answersOf({ ...asked, nowMs: 104_000 }).state).toBe("slow");
  expect(answersOf({ ...asked, lastMs: 5_000 }).state).toBe("slow");
  expect(answersOf({ ...asked, error: problem(0) }).state).toBe("silent");
  expect(answersOf({ ...asked, error: problem(429, 7) })).toMatchObject({ state: "limited", seconds: 7 });
  expect(answersOf({ ...asked, error: problem(503) })).toMatchObject({ state: "refused", detail: "why" });
});

it("leaves a session that has ended to the login", () => {
  expect(answersOf({ ...asked, error: problem(401) }).state).toBe("well");
});

it("asks no sooner than a refusal allows", () => {
  expect(each(3)({ state: { error: null } })).toBe(3_000);
  expect(each(3)({ state: { error: problem(429, 20) } })).toBe(20_000);
  expect(each(30)({ state: { error: problem(429, 20) } })).toBe(30_000);
});
