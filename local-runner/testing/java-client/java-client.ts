import { onTestFinished } from 'vitest'
import { connectJavaClient, type JavaClient } from './java-connection.ts'

/** A Java client that ends with the test. */
export async function startJavaClient(brokers: readonly string[]): Promise<JavaClient> {
  const client = await connectJavaClient(brokers)
  onTestFinished(client.kill)
  return client
}
