// A process to be killed: a mapping whose function never answers. Arguments: brokers, topic, group.
import { tmpdir } from 'node:os'
import { createEventSourceMapping } from '../event-source-mapping.ts'
import { kafkaTrigger } from '../parameters.ts'

const [brokers = '', topic = '', consumerGroupId = ''] = process.argv.slice(2)

await createEventSourceMapping({
  functionName: 'held',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:held',
  parameters: kafkaTrigger.parse({ topics: [topic], consumerGroupId, startingPosition: 'TRIM_HORIZON' }),
  kafkaBrokers: brokers.split(','),
  destinationsDirectory: tmpdir(),
  invoke: () => {
    process.stdout.write('invoked\n')
    return new Promise(() => undefined)
  },
  record: () => undefined,
  sessionTimeoutMs: 3000,
}).start()
