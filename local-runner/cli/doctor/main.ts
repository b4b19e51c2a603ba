import { join } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import { createLogReader } from '../../kafka/log-reader.ts'
import { readManifest } from '../../manifest/manifest.ts'
import { apiUrlOf, findKafka } from '../find-kafka.ts'
import { askRunner } from './ask-runner.ts'
import { diagnoseCluster, diagnoseMapping, type Finding } from './diagnose.ts'
import { gatherCluster } from './gather-cluster.ts'
import { gatherMapping } from './gather-mapping.ts'

const HELP = `Why was my handler not invoked? Examines Kafka and the runner, and reports each cause with its fix.

  npm run doctor                every function with a Kafka trigger
  npm run doctor -- <function>  one of them

Kafka: KAFKA_BROKERS, or else that of the runner with the same PORT_OFFSET.
Exit code 1 when a cause was found.
`

const manifestPath = join(import.meta.dirname, '..', '..', '..', 'dist', 'manifest.json')
const print = (line: string) => void process.stdout.write(`${line}\n`)

function report(subject: string, findings: readonly Finding[]) {
  print(`${findings.length === 0 ? styleText('green', 'ok') : styleText('red', 'no')}  ${subject}`)
  for (const { what, fix } of findings) print(`    ${what}.\n    -> ${fix}`)
  if (findings.length > 0) process.exitCode = 1
}

async function examine(requestedName: string | undefined) {
  const { brokers, kafka } = await findKafka('doctor', process.env)
  const clusterFindings = diagnoseCluster(await gatherCluster(kafka, brokers.join(',')))
  report(`Kafka at ${brokers.join(',')}`, clusterFindings)
  if (clusterFindings.length > 0) return
  const { functions } = await readManifest(manifestPath)
  const chosen = functions.filter(({ name }) => requestedName === undefined || name === requestedName)
  if (chosen.length === 0) {
    throw new Error(
      `There is no function "${requestedName}". Functions: ${functions.map(({ name }) => name).join(', ')}.`,
    )
  }
  const findLive = await askRunner(apiUrlOf(process.env))
  const admin = kafka.admin()
  const reader = createLogReader(kafka)
  await admin.connect()
  try {
    for (const { name, triggers } of chosen) {
      for (const trigger of triggers.kafka) {
        const live = findLive(name, trigger.consumerGroupId)
        const facts = await gatherMapping({ admin, reader, functionName: name, trigger, live })
        report(`${name}: ${trigger.topics.join()} by ${trigger.consumerGroupId}`, diagnoseMapping(facts))
      }
    }
  } finally {
    await Promise.all([admin.disconnect(), reader.close()])
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  })
  if (values.help) print(HELP)
  else await examine(positionals[0])
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
