// Every few minutes: files whose event was lost are proven, tickets that nobody used end.
import { uploadTo, type SweepTally } from "@gatewright/uploads";
import { allRooms, uploadOptions } from "./upload-options.ts";

const uploads = uploadTo(uploadOptions(allRooms));

/** Looks at every ticket that is due. Fails where something could not be looked at, so that it is seen. */
export async function handler(): Promise<Omit<SweepTally, "failed">> {
  const { failed, ...tally } = await uploads.sweep();
  if (failed.length === 0) return tally;
  const errors = failed.map(({ error }) => error);
  throw new AggregateError(
    errors,
    `${failed.length} tickets could not be looked at; the next sweep tries again.`,
  );
}
