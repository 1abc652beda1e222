// The way in: a name and a password.
import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PageConfig } from "../config.ts";
import { signIn, SignInError, type Session } from "../session.ts";
import { Mark } from "./icons.tsx";

/** Asks for name and password; what is wrong is said at once, and the password is ready to be typed again. */
export function SignIn({
  config,
  says,
  onSignedIn,
}: {
  readonly config: PageConfig;
  /** Why the user has to sign in again. */
  readonly says: string | undefined;
  readonly onSignedIn: (session: Session) => void;
}): JSX.Element {
  const { busy, problem, name, password, submit } = useSignIn(config, onSignedIn);
  return (
    <main class="entrance">
      <form class="card" onSubmit={submit} aria-labelledby="sign-in-title" aria-busy={busy}>
        <Mark />
        <h1 id="sign-in-title">Sign in to the chat</h1>
        <p class="lead">Three rooms, the people in them, and whatever you care to share.</p>
        {says !== undefined && problem === undefined && <p class="notice">{says}</p>}
        <label for="name">Name</label>
        <input
          id="name"
          ref={name}
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          readOnly={busy}
        />
        <label for="password">Password</label>
        <input
          id="password"
          ref={password}
          type="password"
          autocomplete="current-password"
          required
          readOnly={busy}
          aria-invalid={problem !== undefined}
          aria-describedby="sign-in-problem"
        />
        <p id="sign-in-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

type Field = RefObject<HTMLInputElement | null>;

interface Signing {
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly name: Field;
  readonly password: Field;
  readonly submit: (event: Event) => void;
}

function useSignIn(config: PageConfig, onSignedIn: (session: Session) => void): Signing {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const name: Field = useRef<HTMLInputElement>(null);
  const password: Field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => name.current?.focus(), []);
  useLayoutEffect(() => {
    if (problem === undefined) return;
    password.current?.focus();
    password.current?.select();
  }, [problem]);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    signIn(config, name.current?.value.trim() ?? "", password.current?.value ?? "").then(
      onSignedIn,
      (error: unknown) => {
        setProblem(inWordsOf(error));
        setBusy(false);
      },
    );
  };
  return { busy, problem, name, password, submit };
}

function inWordsOf(error: unknown): string {
  if (error instanceof SignInError) return error.message;
  if (error instanceof TypeError) return "The sign-in service cannot be reached. Are you connected?";
  return error instanceof Error ? error.message : "Signing in did not work.";
}
