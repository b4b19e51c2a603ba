// A process that kills itself at one step of a batch. Arguments: brokers, topic, group, destination topic, directory,
// and the step: the name of a journal event, or `invoking`. It prints the offsets that its handler has processed.
import { writeSync } from 'node:fs'
import { createEventSourceMapping } from '../event-source-mapping.ts'
import { crashingParameters, POISON } from './crashing-parameters.ts'
import { parseDelivery } from './parse-delivery.ts'

const [brokers = '', topic = '', consumerGroupId = '', failed = '', directory = '', step] =
  process.argv.slice(2)

function reach(name: string) {
  if (name === step) process.kill(process.pid, 'SIGKILL')
}

await createEventSourceMapping({
  functionName: 'crashing',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:crashing',
  parameters: crashingParameters({ topic, consumerGroupId, failed }),
  kafkaBrokers: brokers.split(','),
  destinationsDirectory: directory,
  invoke: async (payload) => {
    reach('invoking')
    const records = parseDelivery(payload)
    if (records.some(({ value }) => value === POISON)) {
      return { outcome: 'function-error', error: { errorType: 'Error', errorMessage: 'poison' } }
    }
    // Synchronously, because the process may be killed in a moment.
    for (const { offset } of records) writeSync(1, `${offset}\n`)
    return { outcome: 'success', payload: 'null' }
  },
  record: ({ name }) => reach(name),
  retryDelayMs: () => 5,
  sessionTimeoutMs: 1500,
}).start()
