import { onTestFinished } from 'vitest'
import { connectJavaClient, type JavaClient } from './java-connection.ts'

/** A Java client that ends with the test, or when `atEnd` says. */
export async function startJavaClient(
  brokers: readonly string[],
  atEnd: (kill: () => Promise<void>) => void = onTestFinished,
): Promise<JavaClient> {
  const client = await connectJavaClient(brokers)
  atEnd(client.kill)
  return client
}
