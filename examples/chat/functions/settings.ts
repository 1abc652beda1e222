// The function's own settings, from its environment.

/** A variable that serverless.yml gives this function. Throws where it does not. */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set. serverless.yml gives it to the functions that need it.`);
  return value;
}
