// The whole page: signing in, or the chat.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { inWords } from "../api.ts";
import { readConfig, type PageConfig } from "../config.ts";
import { resumeSession, type Session } from "../session.ts";
import { ChatScreen } from "./chat-screen.tsx";
import { SignIn } from "./sign-in.tsx";
import { useViewport } from "./use-viewport.ts";

type Stage =
  | { readonly is: "starting" }
  | { readonly is: "broken"; readonly says: string }
  | { readonly is: "out"; readonly config: PageConfig; readonly says?: string }
  | { readonly is: "in"; readonly config: PageConfig; readonly session: Session };

function resume(config: PageConfig): Stage {
  const session = resumeSession(config);
  return session ? { is: "in", config, session } : { is: "out", config };
}

/** Reads where the chat is, takes up the tab's session, and shows what there is to show. */
export function Page(): JSX.Element | null {
  const [stage, setStage] = useState<Stage>({ is: "starting" });
  useViewport();
  useEffect(() => {
    readConfig().then(
      (config) => setStage(resume(config)),
      (error: unknown) => setStage({ is: "broken", says: inWords(error) }),
    );
  }, []);
  useEffect(() => {
    if (stage.is !== "in") return undefined;
    const { config, session } = stage;
    let isShown = true;
    void session.over.then(({ message }) => isShown && setStage({ is: "out", config, says: message }));
    return () => (isShown = false);
  }, [stage]);

  if (stage.is === "starting") return null;
  if (stage.is === "broken") {
    return (
      <main class="entrance">
        <p role="alert">{stage.says}</p>
      </main>
    );
  }
  const { config } = stage;
  if (stage.is === "out") {
    return (
      <SignIn
        config={config}
        says={stage.says}
        onSignedIn={(session) => setStage({ is: "in", config, session })}
      />
    );
  }
  const { session } = stage;
  const signOut = (): void => {
    session.signOut();
    setStage({ is: "out", config });
  };
  return <ChatScreen key={session.userId} config={config} session={session} onSignOut={signOut} />;
}
