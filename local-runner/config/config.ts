import * as z from 'zod'
import { type KafkaLogin, readKafkaLogin } from '../kafka/kafka-login.ts'
import { KAFKA_VERSIONS, type KafkaVersion } from '../servers/kafka-release.ts'
import { redisAddresses } from '../servers/redis-addresses.ts'
import { type Environment, setVariables } from './env-files.ts'
import { type Arguments, readArguments } from './read-arguments.ts'
import { shownValue } from './secrets.ts'

const port = z.coerce.number('must be a number').int('must be a whole number')

const variables = z.object({
  PORT_OFFSET: port.min(0, 'must not be negative').max(50_000, 'must be at most 50000').default(0),
  HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be host:port, or several with commas between')
    .optional(),
  REDIS_URL: z
    .string()
    .refine(
      (url) => redisAddresses(url) !== undefined,
      'must be like redis://host:6379, or redis+cluster://host:6379,host:6380',
    )
    .optional(),
  KAFKA_VERSION: z.enum(KAFKA_VERSIONS, `must be ${KAFKA_VERSIONS.join(' or ')}`).optional(),
  RUNNER_DATA_DIR: z.string().min(1, 'must not be empty').default('.local/data'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/.+/, 'must be like smtp://host:25')
    .optional(),
})

export interface Config extends Arguments {
  readonly portOffset: number
  /** The address that the functions' ports and 8080 are bound to. */
  readonly host: string
  readonly kafkaBrokers: readonly string[] | undefined
  /** Of the Kafka of KAFKA_BROKERS; one that is started here has no login. */
  readonly kafkaLogin: KafkaLogin
  readonly redisUrl: string | undefined
  readonly kafkaVersion: KafkaVersion | undefined
  readonly dataDirectory: string
  readonly smtpUrl: string | undefined
}

/** The only reader of the runner's environment and arguments. @throws error that names what is wrong */
export function readConfig(environment: Environment, args: readonly string[]): Config {
  const chosen = readArguments(args)
  const env = Object.fromEntries(setVariables(environment))
  const parsed = variables.safeParse(env)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = path.join('.')
      return `  ${name}=${shownValue(name, env[name] ?? '')} ${message}`
    })
    throw new Error(
      `These environment variables cannot be used:\n${lines.join('\n')}\nCorrect them, or unset them.`,
    )
  }
  const { data } = parsed
  const kafkaLogin = readKafkaLogin(env)
  if (data.KAFKA_BROKERS === undefined && Object.keys(kafkaLogin).length > 0) {
    throw new Error(
      'KAFKA_SSL and KAFKA_SASL_… need KAFKA_BROKERS: a Kafka that is started here has neither TLS nor a login. Set KAFKA_BROKERS, or unset the others.',
    )
  }
  if (chosen.fresh && (data.KAFKA_BROKERS ?? data.REDIS_URL) !== undefined) {
    throw new Error(
      '--fresh empties only the servers that are started here, and Kafka and Redis only together, as the one has what the other says: unset KAFKA_BROKERS and REDIS_URL, or start without --fresh.',
    )
  }
  return {
    ...chosen,
    portOffset: data.PORT_OFFSET,
    host: data.HOST,
    kafkaBrokers: data.KAFKA_BROKERS?.split(','),
    kafkaLogin,
    redisUrl: data.REDIS_URL,
    kafkaVersion: data.KAFKA_VERSION,
    dataDirectory: data.RUNNER_DATA_DIR,
    smtpUrl: data.SMTP_URL,
  }
}
