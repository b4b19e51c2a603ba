import type { KafkaConfig } from 'kafkajs'
import * as z from 'zod'

/** Where Kafka is and how a client logs in, in the form of kafkajs. */
export type KafkaConnection = Pick<KafkaConfig, 'ssl' | 'sasl'> & { readonly brokers: string[] }

// An empty variable counts as not set.
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const variables = z
  .object({
    KAFKA_BROKERS: z
      .string({ error: 'must be set' })
      .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be host:port, or several with commas between'),
    KAFKA_SSL: optional(z.enum(['true', 'false'], 'must be true or false')),
    KAFKA_SASL_MECHANISM: optional(
      z
        .string()
        .toLowerCase()
        .pipe(
          z.enum(
            ['plain', 'scram-sha-256', 'scram-sha-512'],
            'must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512',
          ),
        ),
    ),
    KAFKA_SASL_USERNAME: optional(z.string()),
    KAFKA_SASL_PASSWORD: optional(z.string()),
  })
  .superRefine((given, context) => {
    const names = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const
    const missing = names.filter((name) => given[name] === undefined)
    if (missing.length === 0 || missing.length === names.length) return
    const message = `must be set too: ${names.join(', ')} go together`
    for (const name of missing) context.addIssue({ code: 'custom', path: [name], message })
  })

/**
 * Reads KAFKA_BROKERS and, all optional, KAFKA_SSL, KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.
 * @throws Error naming every variable that is wrong: a function with a bad configuration must fail at init.
 */
export function readKafkaConnection(env: Readonly<Record<string, string | undefined>>): KafkaConnection {
  const { data, error } = variables.safeParse(env)
  if (error) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new Error(`Kafka cannot be reached with this configuration: ${faults.join('; ')}.`)
  }
  const brokers = data.KAFKA_BROKERS.split(',')
  const ssl = data.KAFKA_SSL === 'true'
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username = '' } = data
  if (mechanism === undefined) return { brokers, ssl }
  const credentials = { username, password: data.KAFKA_SASL_PASSWORD ?? '' }
  // Written out, because the type of kafkajs is a union by mechanism.
  switch (mechanism) {
    case 'plain':
      return { brokers, ssl, sasl: { mechanism, ...credentials } }
    case 'scram-sha-256':
      return { brokers, ssl, sasl: { mechanism, ...credentials } }
    case 'scram-sha-512':
      return { brokers, ssl, sasl: { mechanism, ...credentials } }
  }
}
