import * as z from 'zod'

export interface FindBrokersDeps {
  /** Comma-separated host:port, if the caller knows. */
  readonly given: string | undefined
  /** The runner's port 8080, with its offset. */
  readonly adminUrl: string
}

const report = z.object({ kafkaBrokers: z.array(z.string()) })

/** Brokers as given, else those of the runner that runs here. */
export async function findBrokers({ given, adminUrl }: FindBrokersDeps): Promise<readonly string[]> {
  if (given !== undefined && given !== '') return given.split(',')
  try {
    const response = await fetch(`${adminUrl}/mappings`)
    return report.parse(await response.json()).kafkaBrokers
  } catch (error) {
    throw new Error(
      `No runner answers at ${adminUrl}: start it (npm start), set PORT_OFFSET as it has it, or name a broker (KAFKA_BROKERS=localhost:9092).`,
      { cause: error },
    )
  }
}
