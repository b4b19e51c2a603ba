import { handlerProbe, moduleProbe, type Probe } from './probe.ts'

/** What is returned, and what is found in the environment. */
export const answerProbes: readonly Probe[] = [
  handlerProbe('a function', 'return () => 1'),
  handlerProbe('a symbol', "return Symbol('s')"),
  handlerProbe('undefined', 'return undefined'),
  handlerProbe('null', 'return null'),
  handlerProbe('a BigInt', 'return 1n'),
  handlerProbe('NaN', 'return [NaN, Infinity, -0]'),
  handlerProbe(
    'a date, a map, a buffer',
    'return [new Date(0), new Map([[1, 2]]), Buffer.from("a"), new Error("e")]',
  ),
  handlerProbe('toJSON', 'return { toJSON: () => ({ a: 1 }) }'),
  handlerProbe('toJSON that gives nothing', 'return { toJSON: () => undefined }'),
  handlerProbe('toJSON that throws', "return { toJSON: () => { throw new Error('json') } }"),
  handlerProbe('a circle', 'const a = {}; a.a = a; return a'),
  handlerProbe('text beyond ASCII', "return 'Grüße \\u{1F600} \\ud800'"),
  handlerProbe('a thenable', 'return { then: (done) => done(7) }'),
  moduleProbe('a synchronous value', 'exports.handler = (event) => event.a', {
    calls: ['{"a":"b"}', '{"a":null}', '{}'],
  }),
  moduleProbe('arguments', 'exports.handler = function () { return arguments.length }'),
  moduleProbe('events that are no object', 'exports.handler = async (event) => [typeof event, event]', {
    calls: ['1', '"x"', 'null', '[1]'],
  }),
  handlerProbe('awslambda', 'return Object.keys(awslambda).sort()'),
  handlerProbe(
    'the store',
    "const store = awslambda.InvokeStore; store.set('a', 1); return [store.getRequestId(), store.hasContext(), store.get('a'), Object.keys(store.getContext())]",
    { calls: ['{}', '{}'] },
  ),
  handlerProbe('the store refuses', "awslambda.InvokeStore.set(Symbol.for('_AWS_LAMBDA_REQUEST_ID'), 1)"),
  moduleProbe(
    'the store while loading',
    "const { InvokeStore } = awslambda; const before = [InvokeStore.getRequestId(), InvokeStore.hasContext()]; InvokeStore.set('a', 1); exports.handler = () => [before, InvokeStore.get('a')]",
  ),
  handlerProbe(
    'the store run',
    "const store = awslambda.InvokeStore; return store.run({ b: 2 }, () => store.get('b'))",
  ),
  handlerProbe('keys of the context', 'return Object.keys(context)'),
  handlerProbe('work that is left', "setTimeout(() => console.log('left'), 30); return 1", { calls: ['{}'] }),
]
