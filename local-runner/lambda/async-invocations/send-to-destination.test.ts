import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSendToDestination } from './send-to-destination.ts'

test('[3.5] a function gets an event; a queue, topic, bus or bucket is a file with a line for each document', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'destinations-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const queued: string[] = []
  const send = createSendToDestination({
    destinationsDirectory: join(directory, 'made-when-needed'),
    queueEvent: (name, payload) => name === 'audit' && queued.push(payload) > 0,
  })
  await send('audit', '1')
  await send('arn:aws:lambda:us-east-1:000000000000:function:audit:$LATEST', '2')
  expect(queued).toEqual(['1', '2'])
  for (const [arn, file] of [
    ['arn:aws:sqs:us-east-1:000000000000:failed', 'sqs-failed.jsonl'],
    ['arn:aws:sns:us-east-1:000000000000:told', 'sns-told.jsonl'],
    ['arn:aws:events:us-east-1:000000000000:event-bus/main', 'events-main.jsonl'],
    ['arn:aws:s3:::a-bucket', 's3-a-bucket.jsonl'],
  ] as const) {
    await send(arn, '{"n":1}')
    await send(arn, '{"n":2}')
    expect(await readFile(join(directory, 'made-when-needed', file), 'utf8')).toBe('{"n":1}\n{"n":2}\n')
  }
  await expect(send('nobody', '3')).rejects.toThrow('There is no function "nobody" here')
  await expect(send('arn:aws:sqs:us-east-1:000000000000:failed.fifo', '4')).rejects.toThrow(
    'is no destination',
  )
})
