// `npm run reconcile`: rebuilds what Redis holds from Kafka's log, through the functions of the running runner.
// With --check it only compares. Exit code 0: equal to the log; 1: differences are left, or it failed.
import { join } from 'node:path'
import { readConfig } from '../../config/config.ts'
import { readManifest } from '../../manifest/manifest.ts'
import { findKafka } from '../find-kafka.ts'
import { createFunction } from './functions.ts'
import { reconcile } from './reconcile.ts'

const print = (line: string) => console.log(line)
const args = process.argv.slice(2)
const checkOnly = args.includes('--check')

try {
  const unknown = args.filter((argument) => argument !== '--check')
  if (unknown.length > 0)
    throw new Error(`Unknown argument ${unknown.join(' ')}. The only argument is --check.`)
  const { portOffset } = readConfig(process.env, [])
  const { functions } = await readManifest(
    join(import.meta.dirname, '..', '..', '..', 'dist', 'manifest.json'),
  )
  const { brokers, kafka } = await findKafka('reconcile', process.env)
  const isEqual = await reconcile({
    kafka,
    bootstrapServers: brokers.join(','),
    functions: functions.map(({ name, port, triggers }) => ({
      ...createFunction(name, port + portOffset),
      groups: triggers.kafka.map(({ consumerGroupId, topics }) => ({ groupId: consumerGroupId, topics })),
    })),
    checkOnly,
    print,
    elapsedMs: () => performance.now(),
  })
  process.exitCode = isEqual ? 0 : 1
} catch (error) {
  console.error(`The reconcile failed: ${error instanceof Error ? error.message : String(error)}`)
  if (!checkOnly)
    console.error('If the shop was frozen it stays frozen. Run it again: it can start from any state.')
  process.exitCode = 1
}
