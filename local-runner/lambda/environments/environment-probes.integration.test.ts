import { expect, test } from 'vitest'
import { workerIn } from '../../testing/host-of.ts'
import { missingRuntimeClient, RUNTIME_CLIENT } from '../../testing/runtime-client.ts'
import { answerProbes } from './testing/answer-probes.ts'
import { consoleProbes } from './testing/console-probes.ts'
import { errorProbes } from './testing/error-probes.ts'
import { initProbes } from './testing/init-probes.ts'
import { observe } from './testing/observe.ts'
import type { Probe } from './testing/probe.ts'
import { streamProbes } from './testing/stream-probes.ts'
import { writeProbes } from './testing/write-probes.ts'

const inProcess = () => ({ kind: 'process', runtimeClient: RUNTIME_CLIENT }) as const

const titled = (group: string, probes: readonly Probe[]) =>
  probes.map((probe) => [`${group}: ${probe.title}`, probe] as const)

if (missingRuntimeClient !== undefined) {
  // Under CI what is not proven is a failure; elsewhere the report says so.
  test.runIf(process.env.CI)('can be tried', () => expect.fail(missingRuntimeClient))
  test.skip(`is not tried: ${missingRuntimeClient}`)
} else {
  test.each([
    ...titled('console', consoleProbes),
    ...titled('written', writeProbes),
    ...titled('thrown', errorProbes),
    ...titled('loaded', initProbes),
    ...titled('returned', answerProbes),
    ...titled('streamed', streamProbes),
  ])("[3.2] [3.7] %s: answers and log lines are those of AWS's client", async (_, probe) => {
    const [worker, reference] = await Promise.all([observe(probe, workerIn), observe(probe, inProcess)])
    if (probe.differs === undefined) return expect(worker).toEqual(reference)
    expect(worker.answers).toEqual(reference.answers)
    expect(worker.lines, 'is it still different?').not.toEqual(reference.lines)
  })
}
