import { Trans, useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { replaceAddress } from "../navigation/route";
import { Button } from "../parts/Button";
import { useMayTrade } from "../session/useRole";
import { useStore } from "../store/store";
import { pageOf, type Step, selectorOf, stepsFor } from "./steps";
import { closeTour, tour } from "./tour";
import { useTarget } from "./useTarget";
import { StepTitle, StepWords } from "./words";
import "./tour.css";

/** Points at the parts of the page, one after the other, and says what they are for. */
export function Tour() {
  const isOpen = useStore(tour);
  const mayTrade = useMayTrade();
  return isOpen ? <Guide steps={stepsFor(mayTrade)} /> : null;
}

function Guide({ steps }: { steps: readonly Step[] }) {
  const [index, setIndex] = useState(0);
  const step = steps[index] ?? "bar";
  // Before the step is brought into view: where the page stood is where it comes back to.
  usePageOf(step);
  const card = useModal();
  const { target, card: corner } = useTarget(selectorOf(step), card);
  const label = useId();
  const go = (to: number) => setIndex(Math.max(0, Math.min(to, steps.length - 1)));
  const press = ({ key }: KeyboardEvent) => {
    if (key === "ArrowRight") go(index + 1);
    if (key === "ArrowLeft") go(index - 1);
  };
  return (
    <>
      {target ? <div className="tour-light" style={target} aria-hidden="true" /> : null}
      <dialog
        ref={card}
        className={`tour-card ${target ? "" : "tour-card-alone"}`}
        style={corner}
        aria-labelledby={label}
        onKeyDown={press}
        onCancel={(event) => {
          event.preventDefault();
          closeTour();
        }}
      >
        <Head id={label} step={step} />
        <div className="tour-words" aria-live="polite">
          <StepWords step={step} />
        </div>
        <Steps index={index} count={steps.length} onGo={go} />
      </dialog>
    </>
  );
}

function Head({ id, step }: { id: string; step: Step }) {
  const { t } = useLingui();
  return (
    <header className="tour-head">
      <h2 id={id}>
        <StepTitle step={step} />
      </h2>
      <Button kind="quiet" onClick={closeTour} aria-label={t`End the tour`}>
        <X size={16} aria-hidden="true" />
      </Button>
    </header>
  );
}

function Steps({ index, count, onGo }: { index: number; count: number; onGo: (to: number) => void }) {
  const next = useRef<HTMLButtonElement>(null);
  const isLast = index === count - 1;
  const place = index + 1;
  // Enter goes on, whatever was pressed before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each step anew
  useEffect(() => next.current?.focus(), [index]);
  return (
    <footer className="tour-steps">
      <span className="muted small">
        <Trans>
          Step {place} of {count}
        </Trans>
      </span>
      {index > 0 ? (
        <Button onClick={() => onGo(index - 1)}>
          <Trans>Back</Trans>
        </Button>
      ) : null}
      <Button kind="primary" ref={next} onClick={isLast ? closeTour : () => onGo(index + 1)}>
        {isLast ? <Trans>Done</Trans> : <Trans>Next</Trans>}
      </Button>
    </footer>
  );
}

/** Modal as long as it is there: the browser keeps the focus inside, and gives it back while the element still stands. */
function useModal() {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return element;
}

/** Shows the page of a step; afterwards the page is shown on which the tour began. */
function usePageOf(step: Step): void {
  const page = pageOf(step);
  useEffect(() => {
    const { scrollY: top } = window;
    const { pathname, search } = window.location;
    return () => {
      replaceAddress(pathname + search);
      window.scrollTo({ top });
    };
  }, []);
  useEffect(() => {
    if (page) replaceAddress(page);
  }, [page]);
}
