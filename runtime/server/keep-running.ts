/** One broken request must not take the streams of all others down: what nobody caught is logged, and the process goes on. */
export function keepRunning(): void {
  for (const event of ["unhandledRejection", "uncaughtException"] as const) {
    process.on(event, (thrown: unknown) => {
      console.error(`error: ${event}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    });
  }
}
