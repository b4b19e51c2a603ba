import type { KafkaConfig } from 'kafkajs'
import * as z from 'zod'

/** Credentials in kafkajs's form; empty when Kafka needs none. */
export type KafkaLogin = Pick<KafkaConfig, 'ssl' | 'sasl'>

// An empty variable counts as not set.
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const mechanism = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512'))

const variables = z
  .object({
    KAFKA_SSL: optional(z.enum(['true', 'false'], 'must be true or false')),
    KAFKA_SASL_MECHANISM: optional(mechanism),
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
 * Reads the variables that functions read too, so that runner and functions log in alike.
 * @throws Error that names each wrong variable and no password
 */
export function readKafkaLogin(env: Readonly<Record<string, string | undefined>>): KafkaLogin {
  const { data, error } = variables.safeParse(env)
  if (error) {
    const faults = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new Error(`This Kafka login cannot be used: ${faults.join('; ')}. Correct it, or unset it.`)
  }
  const ssl = data.KAFKA_SSL === 'true'
  const { KAFKA_SASL_MECHANISM: chosen, KAFKA_SASL_USERNAME: username = '' } = data
  const credentials = { username, password: data.KAFKA_SASL_PASSWORD ?? '' }
  // Spelled out, because kafkajs's type is a union by mechanism.
  switch (chosen) {
    case undefined:
      return ssl ? { ssl } : {}
    case 'plain':
      return { ssl, sasl: { mechanism: chosen, ...credentials } }
    case 'scram-sha-256':
      return { ssl, sasl: { mechanism: chosen, ...credentials } }
    case 'scram-sha-512':
      return { ssl, sasl: { mechanism: chosen, ...credentials } }
  }
}

/** Kafka's name for it (security.protocol). */
export function securityProtocolOf({ ssl = false, sasl }: KafkaLogin): string {
  const transport = ssl === false ? 'PLAINTEXT' : 'SSL'
  return sasl === undefined ? transport : `SASL_${transport}`
}
