import { expect, onTestFinished, test, vi } from 'vitest'
import { eventsNamed } from '../testing/events-named.ts'
import { createFakeEnvironments, heldFunction } from '../testing/fake-environment.ts'
import { hostFiles, hostOf, workerIn } from '../testing/host-of.ts'
import { createFunctionHost } from './function-host.ts'

const WAIT = 'const wait = (ms) => new Promise((done) => setTimeout(done, ms));'
const ok = (value: unknown) => ({ outcome: 'success', payload: JSON.stringify(value) })
const failed = (errorType: string, errorMessage: unknown) => ({
  outcome: 'function-error',
  error: expect.objectContaining({ errorType, errorMessage }) as unknown,
})

test('[3.4] calls at once get environments of their own, each running one at a time', async () => {
  const source = `${WAIT} let busy = 0, most = 0;
    exports.handler = async () => { most = Math.max(most, ++busy); await wait(20); busy--; return most }`
  const { invoke, events } = hostOf(source, { reservedConcurrency: 2 })
  const results = await Promise.all(Array.from({ length: 8 }, () => invoke('{}')))
  expect(results).toEqual(Array.from({ length: 8 }, () => ok(1)))
  expect(events.filter(({ name }) => name === 'environment.starting')).toHaveLength(2)
})

test('[3.8] with maxConcurrency each line of the log has the request id of its own invocation', async () => {
  const source = `${WAIT} let busy = 0;
    exports.handler = async (event, context) => {
      busy++; await wait(200); console.log('at', busy); return [context.awsRequestId, process.env.AWS_LAMBDA_MAX_CONCURRENCY]
    }`
  const { invoke, events } = hostOf(source, { maxConcurrency: 4, reservedConcurrency: 1 })
  const results = await Promise.all(Array.from({ length: 4 }, () => invoke('{}')))
  const logged = eventsNamed(events, 'log').map(({ requestId, line }) => `${requestId} ${line}`)
  expect(logged).toHaveLength(4)
  for (const line of logged)
    expect(line).toMatch(/^(\S+) .*"level":"INFO","requestId":"\1","message":"at 4"}$/)
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(4)
  expect(JSON.stringify(results[0])).toContain('\\"4\\"')
})

test('[3.8] with maxConcurrency a late call fails alone, and its environment is replaced when the others have ended', async () => {
  const source = `${WAIT} const born = Math.random();
    exports.handler = async (event) => { await wait(event.ms); return born }`
  const { invoke, events } = hostOf(source, { maxConcurrency: 4, reservedConcurrency: 1, timeout: 1 })
  const first = await invoke('{"ms":0}')
  const late = invoke('{"ms":5000}')
  expect(await invoke('{"ms":500}')).toEqual(first)
  const beside = invoke('{"ms":800}')
  expect(await late).toEqual(failed('Sandbox.Timedout', expect.anything()))
  expect(await beside).toEqual(first)
  expect(await invoke('{"ms":0}')).not.toEqual(first)
  await expect.poll(() => events.filter(({ name }) => name === 'environment.ended')).toHaveLength(1)
})

test('an environment that dies between calls is replaced', async () => {
  const { invoke, events } = hostOf('setTimeout(() => process.exit(1), 300); exports.handler = () => 1', {
    reservedConcurrency: 1,
  })
  expect(await invoke('{}')).toEqual(ok(1))
  await expect
    .poll(async () => {
      await invoke('{}')
      return events.filter(({ name }) => name === 'environment.ended').length
    })
    .toBeGreaterThan(0)
  expect(await invoke('{}')).toEqual(ok(1))
})

test('stopping throttles those who wait and finishes what runs', async () => {
  const { invoke, stop, events } = hostOf(
    `${WAIT} exports.handler = async () => { await wait(200); return 1 }`,
    { reservedConcurrency: 1 },
  )
  const running = invoke('{}')
  await expect.poll(() => events.some(({ name }) => name === 'invocation.started')).toBe(true)
  const waiting = invoke('{}')
  await stop()
  expect(await running).toEqual(ok(1))
  expect(await waiting).toEqual({ outcome: 'throttled', reason: 'The runner is stopping.' })
  expect(await invoke('{}')).toMatchObject({ outcome: 'throttled' })
})

test('[3.4] with strict concurrency a call that no environment can take is throttled at once', async () => {
  const { invoke } = hostFiles({
    files: { 'index.cjs': `${WAIT} exports.handler = async ({ ms }) => { await wait(ms); return 1 }` },
    definition: { reservedConcurrency: 5 },
    environment: workerIn,
    strictConcurrency: true,
  })
  const results = await Promise.all(Array.from({ length: 50 }, () => invoke('{"ms":300}')))
  const throttled = { outcome: 'throttled', reason: 'All 5 environments are busy.' }
  expect(results.filter(({ outcome }) => outcome === 'success')).toHaveLength(5)
  expect(results.filter(({ outcome }) => outcome === 'throttled')).toEqual(Array(45).fill(throttled))
  expect(await invoke('{"ms":0}')).toEqual(ok(1))
})

test('[3.8] with strict concurrency a call is throttled when each environment has its share of them', async () => {
  const { invoke, warm } = hostFiles({
    files: { 'index.cjs': `${WAIT} exports.handler = async () => { await wait(300); return 1 }` },
    definition: { reservedConcurrency: 1, maxConcurrency: 3 },
    environment: workerIn,
    strictConcurrency: true,
  })
  await warm()
  const results = await Promise.all(Array.from({ length: 5 }, () => invoke('{}')))
  const outcomes = results.map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['success', 'success', 'success', 'throttled', 'throttled'])
})

test('an environment that was idle for long is ended, and a call gets a new one', async () => {
  const { environment, started } = createFakeEnvironments()
  const host = createFunctionHost({ ...heldFunction, idleLimitMs: 20, startEnvironment: environment })
  onTestFinished(host.stop)
  expect(await host.invoke('1')).toEqual(ok('1'))
  await expect.poll(() => started.map(({ isAlive }) => isAlive())).toEqual([false])
  expect(await host.invoke('2')).toEqual(ok('2'))
  expect(started).toHaveLength(2)
})

test('retiring lets what runs end in the old bundle and runs every later call in the new one', async () => {
  const source = (build: string) =>
    `${WAIT} exports.handler = async ({ ms }) => { await wait(ms); return '${build}' }`
  const old = hostFiles({ files: { 'index.cjs': source('old') }, environment: workerIn })
  const next = hostFiles({ files: { 'index.cjs': source('new') }, environment: workerIn })
  const running = [old.invoke('{"ms":500}'), old.invoke('{"ms":500}')]
  await expect.poll(() => old.events.filter(({ name }) => name === 'invocation.started')).toHaveLength(2)
  const retired = old.retire({ taskRoot: next.taskRoot, handler: 'index.handler', buildId: 'new' })
  expect(await old.invoke('{"ms":0}')).toEqual(ok('new'))
  expect(await Promise.all(running)).toEqual([ok('old'), ok('old')])
  await retired
  expect(old.events.filter(({ name }) => name === 'environment.ended')).toHaveLength(2)
  expect(await old.invoke('{"ms":0}')).toEqual(ok('new'))
})

test('calls that wait when a bundle is retired run in the new one, also when the old was still starting', async () => {
  const old = hostFiles({ files: { 'index.cjs': "exports.handler = () => 'old'" }, environment: workerIn })
  const next = hostFiles({ files: { 'index.cjs': "exports.handler = () => 'new'" }, environment: workerIn })
  const waiting = old.invoke('{}')
  await old.retire({ taskRoot: next.taskRoot, handler: 'index.handler', buildId: 'new' })
  expect(await waiting).toEqual(ok('new'))
})

test('[3.4] a failed init is run again by the first invocation, whose answer it is', async () => {
  const { warm, invoke, initFailure, events } = hostOf("console.log('loading'); throw new Error('no')")
  await warm()
  expect(initFailure()).toBe('no')
  expect(await invoke('{}')).toMatchObject({ outcome: 'function-error', error: { errorMessage: 'no' } })
  const ended = events.flatMap((event) =>
    event.name === 'environment.init' || event.name === 'invocation.finished'
      ? [[event.name, event.outcome, typeof event.initMs]]
      : [],
  )
  expect(ended).toEqual([
    ['environment.init', 'failed', 'number'],
    ['invocation.finished', 'function-error', 'undefined'],
  ])
  expect(eventsNamed(events, 'log').filter(({ line }) => line.endsWith('loading'))).toHaveLength(2)
})

test('[3.4] init that takes longer than 10 s is given up, and run again within the first invocation', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { environment, started } = createFakeEnvironments({ initNever: 1 })
  const host = createFunctionHost({ ...heldFunction, startEnvironment: environment })
  onTestFinished(host.stop)
  const call = host.invoke('1')
  await vi.advanceTimersByTimeAsync(9_999)
  expect(started).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await call).toEqual(ok('1'))
  expect(started.map(({ isAlive }) => isAlive())).toEqual([false, true])
})

test('[3.4] when init takes too long again the invocation times out', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { environment } = createFakeEnvironments({ initNever: 2 })
  const host = createFunctionHost({ ...heldFunction, startEnvironment: environment })
  onTestFinished(host.stop)
  const call = host.invoke('1')
  await vi.advanceTimersByTimeAsync(13_000)
  expect(await call).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } })
  expect(host.initFailure()).toMatch(/Task timed out after 3.00 seconds$/)
  expect(await host.invoke('2')).toEqual(ok('2'))
  expect(host.initFailure()).toBeUndefined()
})

test('[3.8] the init of a function with maxConcurrency may take 130 s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { environment, started } = createFakeEnvironments({ initNever: 1 })
  const limits = { ...heldFunction.limits, maxConcurrency: 2 }
  const host = createFunctionHost({ ...heldFunction, limits, startEnvironment: environment })
  onTestFinished(host.stop)
  const call = host.invoke('1')
  await vi.advanceTimersByTimeAsync(129_999)
  expect(started).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await call).toEqual(ok('1'))
})
