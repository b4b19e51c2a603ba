// `npm run reconcile`: see RECONCILE_HELP.
import { join } from 'node:path'
import { readConfig } from '../../config/config.ts'
import { completeEnvironment } from '../../config/env-files.ts'
import { readManifest } from '../../manifest/manifest.ts'
import { confirm } from '../confirm.ts'
import { findKafka } from '../find-kafka.ts'
import { createFunction } from './functions.ts'
import { stoppedText } from './print-report.ts'
import { reconcile } from './reconcile.ts'
import { parseReconcileArguments, RECONCILE_HELP, type ReconcileCommand } from './reconcile-arguments.ts'
import { thaw } from './thaw.ts'

const projectDirectory = join(import.meta.dirname, '..', '..', '..')
const SIGNALS = { SIGINT: 130, SIGTERM: 143 }

const print = (line: string) => console.log(line)
let isFrozen = false
const onFreeze = (frozen: boolean) => void (isFrozen = frozen)

// At once: a call of a function may take long, and the next run can start from any state.
for (const [signal, exitCode] of Object.entries(SIGNALS)) {
  process.once(signal, () => {
    console.error(`\nStopped by ${signal}. ${stoppedText(isFrozen)}`)
    process.exit(exitCode)
  })
}

/** Resolves to whether all is well. */
async function run(command: ReconcileCommand): Promise<boolean> {
  if (command.verb === 'help') {
    print(RECONCILE_HELP)
    return true
  }
  const environment = completeEnvironment(projectDirectory, process.env)
  const { portOffset } = readConfig(environment, [])
  const manifest = await readManifest(join(projectDirectory, 'dist', 'manifest.json'))
  const functions = manifest.functions.map(({ name, port, triggers }) => ({
    ...createFunction(name, port + portOffset),
    groups: triggers.kafka.map(({ consumerGroupId, topics }) => ({ groupId: consumerGroupId, topics })),
  }))
  if (command.verb === 'thaw') {
    const { stdin: input, stdout: output } = process
    return thaw({
      functions,
      confirm: (asked) => confirm({ ...asked, isYes: command.isYes, input, output }),
      print,
      onFreeze,
    })
  }
  const { brokers, kafka } = await findKafka('reconcile', environment)
  return reconcile({
    kafka,
    bootstrapServers: brokers.join(','),
    functions,
    checkOnly: command.verb === 'check',
    print,
    onFreeze,
    elapsedMs: () => performance.now(),
  })
}

try {
  process.exitCode = (await run(parseReconcileArguments(process.argv.slice(2)))) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  if (isFrozen) console.error(stoppedText(true))
  process.exitCode = 1
}
