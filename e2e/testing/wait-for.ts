import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'

/** Retries until the answer is accepted. @throws after `timeoutMs`, with the last answer. */
export async function waitFor<T>(
  ask: () => Promise<T>,
  accept: (answer: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as Error)
    if (!(answer instanceof Error) && accept(answer)) return answer
    if (Date.now() > deadline) {
      throw new Error(
        `not within ${timeoutMs} ms; last: ${answer instanceof Error ? answer.stack : inspect(answer)}`,
      )
    }
    await delay(50)
  }
}
