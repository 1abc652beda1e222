// How a middleware says that it takes results of any size and makes them fit.

/**
 * Set to `true` in a run's Lambda context by a middleware that makes large results fit.
 *
 * Who makes results before that middleware sees them (`httpApi` of `@gatewright/events`) then hands on what Lambda could
 * not return, instead of refusing it. `largeResponses` of `@gatewright/uploads` sets it.
 */
export const takesLargeResults: unique symbol = Symbol.for("@gatewright/takes-large-results");
