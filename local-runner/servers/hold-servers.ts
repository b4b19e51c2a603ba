// For tests: a process that starts a stack and holds it, so that the test can kill it. Usage: node hold-servers.ts OPTIONS_JSON
// Prints the started stack as one line of JSON.
import * as z from 'zod'
import { KAFKA_VERSIONS } from './kafka-release.ts'
import { startStack } from './servers.ts'

const options = z
  .object({
    kafkaBrokers: z.array(z.string()).optional(),
    kafkaVersion: z.enum(KAFKA_VERSIONS).optional(),
    projectDirectory: z.string(),
    artifactsDirectory: z.string(),
    dataDirectory: z.string(),
    native: z.boolean(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

const say = (line: string) => console.error(line)
const stack = await startStack({ ...options, portOffset: 0, anyPorts: options.native, say, onDeath: say })
console.log(JSON.stringify(stack))
setInterval(() => undefined, 60_000)
