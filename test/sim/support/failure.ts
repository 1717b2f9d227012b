/** What a promise rejects with. The SDKs' promises are their own kind, which `expect().rejects` does not wait for. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
