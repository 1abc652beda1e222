// From work to a result within the time there is: at once where the work is, else by one promise.
import { startBudget, stopBudget } from "../time-budget.ts";
import type { IncomingRequest } from "./request.ts";

/** The three parts of answering. `answer` and `refuse` may throw; what `refuse` throws is the outcome. */
export interface Answering<Result> {
  work(request: IncomingRequest): unknown;
  answer(value: unknown, request: IncomingRequest): Result | Promise<Result>;
  refuse(error: unknown, request: IncomingRequest): Result;
}

/**
 * Does the work and answers it, or refuses its error.
 *
 * Work that is a promise has the request's time; when that is over its signal is aborted, and {@link Answering.refuse}
 * is given a `TimeOver`. The work itself cannot be stopped: what it does then is ignored.
 */
export function settle<Result>(
  request: IncomingRequest,
  answering: Answering<Result>,
): Result | Promise<Result> {
  request.isWatched = true;
  try {
    const value = answering.work(request);
    if (value instanceof Promise) return inTime(value, request, answering);
    const result = answering.answer(value, request);
    return result instanceof Promise ? inTime(result, request, finished(answering)) : result;
  } catch (error) {
    return answering.refuse(error, request);
  }
}

/** For work whose value is the result itself. */
function finished<Result>(answering: Answering<Result>): Answering<Result> {
  return { ...answering, answer: (value) => value as Result }; // a promise of a result was waited for
}

function inTime<Result>(
  work: Promise<unknown>,
  request: IncomingRequest,
  answering: Answering<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown): void => {
      stopBudget(watched);
      try {
        resolve(answering.refuse(error, request));
      } catch (unmeant) {
        reject(unmeant);
      }
    };
    const watched = startBudget(request.budgetMs(), (over) => {
      request.expire(over);
      refuse(over);
    });
    const finish = (result: Result): void => {
      stopBudget(watched);
      resolve(result);
    };
    work.then((value) => {
      try {
        const result = answering.answer(value, request);
        return result instanceof Promise ? result.then(finish, refuse) : finish(result);
      } catch (error) {
        return refuse(error);
      }
    }, refuse);
  });
}
