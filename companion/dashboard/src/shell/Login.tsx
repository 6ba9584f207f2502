import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Problem } from "../api/problem";
import { Button } from "../parts/Button";
import { logIn } from "../session/keeping";
import { session } from "../session/session";
import { useStore } from "../store/store";
import { LanguageSwitch } from "./Switches";
import "./login.css";

export function Login() {
  const { hasEnded } = useStore(session);
  return (
    <main className="login">
      <header className="login-head">
        <h1>HHQ-1</h1>
        <LanguageSwitch />
      </header>
      <p className="muted">
        <Trans>Scanner of the whole futures market, its bots and their positions.</Trans>
      </p>
      {hasEnded ? (
        <p role="status">
          <Trans>Your session has ended. Log in again.</Trans>
        </p>
      ) : null}
      <LoginForm />
      <p className="muted small">
        <Trans>
          <code>make run</code> prints a user and a password;{" "}
          <code>python -m companion credentials user NAME --role trade</code> makes others.
        </Trans>
      </p>
    </main>
  );
}

function LoginForm() {
  const { t } = useLingui();
  const [isWaiting, setWaiting] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    setWaiting(true);
    try {
      await logIn(String(given.get("username")), String(given.get("password")));
    } catch (error) {
      setProblem(error instanceof Problem ? error : undefined);
      setWaiting(false);
    }
  };
  return (
    <form className="login-form" onSubmit={submit}>
      <label className="field">
        {t`User`}
        <input className="input" name="username" autoComplete="username" required maxLength={64} />
      </label>
      <label className="field">
        {t`Password`}
        <input className="input" name="password" type="password" autoComplete="current-password" required />
      </label>
      {problem ? <Refusal problem={problem} /> : null}
      <Button kind="primary" type="submit" disabled={isWaiting}>
        {isWaiting ? t`Logging in…` : t`Log in`}
      </Button>
    </form>
  );
}

function Refusal({ problem }: { problem: Problem }) {
  const seconds = problem.retryAfter ?? 0;
  return (
    <p className="login-refusal" role="alert">
      {problem.status === 401 ? <Trans>User or password is wrong.</Trans> : null}
      {problem.status === 429 ? <Trans>Too many failed logins: try again in {seconds} seconds.</Trans> : null}
      {problem.status === 0 ? <Trans>The companion does not answer.</Trans> : null}
      {[0, 401, 429].includes(problem.status) ? null : problem.detail}
    </p>
  );
}
