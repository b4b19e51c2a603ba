// For tests: a process that starts servers and keeps them, so that the test can kill it. Usage: node hold-servers.ts OPTIONS_JSON
// Prints the started servers as one line of JSON.
import * as z from 'zod'
import { KAFKA_VERSIONS } from './kafka-release.ts'
import { startServers } from './servers.ts'

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

const print = (line: string) => console.error(line)
const servers = await startServers({
  ...options,
  portOffset: 0,
  anyPorts: options.native,
  print,
  onDeath: print,
})
console.log(JSON.stringify(servers))
setInterval(() => undefined, 60_000)
