import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { env, execPath } from 'node:process'
import { expect, inject, onTestFinished, test } from 'vitest'
import { setup } from '../../event-source-mapping/testing/mapping-on-topic.ts'

/** The command asks nobody where it has no terminal. */
const AS_TERMINAL = 'data:text/javascript,process.stdin.isTTY = true'
// So that no runner of this machine is asked.
const PORT_OFFSET = '50000'

test.for(['discard', 'skip'])(
  'Ctrl-C at the question of %s ends the command',
  { timeout: 60_000 },
  async (verb) => {
    const { topic, fill, admin, consumerGroupId } = await setup()
    await fill(0, 1)
    await admin.setOffsets({ groupId: consumerGroupId, topic, partitions: [{ partition: 0, offset: '0' }] })
    const what =
      verb === 'skip' ? [topic, '0', '0', '--group', consumerGroupId] : [topic, '0@0', '--reason', 'test']
    const child = spawn(
      execPath,
      ['--import', AS_TERMINAL, join(import.meta.dirname, 'main.ts'), verb, ...what],
      {
        env: { ...env, KAFKA_BROKERS: inject('kafkaBrokers').join(','), PORT_OFFSET },
      },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const closed = once(child, 'close')
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)))
    await expect.poll(() => said, { timeout: 20_000 }).toContain('[y/N]')
    child.kill('SIGINT')
    expect(await closed).toEqual([null, 'SIGINT'])
  },
)
