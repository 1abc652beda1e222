// What the loop itself costs.
export async function handler(): Promise<void> {}
