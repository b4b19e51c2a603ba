/** The runner's rooms, lowest first: a room imports only from rooms before it in this list. */
const RUNNER_ROOMS = [
  'async',
  'http',
  'journal',
  'kafka',
  'mail',
  'servers',
  'health',
  'config',
  'lambda',
  'log',
  'schedules',
  'api-gateway',
  'function-url',
  'event-source-mapping',
  'dead-letters',
  'manifest',
  'lambda-api',
  'reload',
  'admin',
  'startup',
  'cli',
  'conformance',
]

/** @param {number} index */
const roomsAbove = (index) => RUNNER_ROOMS.slice(index + 1).join('|') || 'none'

/** How folders depend on each other. Tests are left out: they may use any room. @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-ring-of-folders', scope: 'folder', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-import-from-the-top-of-a-function',
      comment: 'The files at the top of a function wire its rooms together; a room does not import them.',
      severity: 'error',
      from: { path: '^(functions/[^/]+)/[^/]+/' },
      to: { path: '^$1/[^/]+$' },
    },
    ...RUNNER_ROOMS.map((room, index) => ({
      name: `no-upward-import-from-${room}`,
      severity: /** @type {const} */ ('error'),
      from: { path: `^local-runner/${room}/` },
      to: { path: `^local-runner/([^/]+$|(${roomsAbove(index)})/)` },
    })),
    {
      name: 'every-room-has-its-place',
      comment: 'Add a new folder of local-runner/ to RUNNER_ROOMS.',
      severity: 'error',
      from: {},
      to: { path: '^local-runner/[^/]+/', pathNot: `^local-runner/(${RUNNER_ROOMS.join('|')})/` },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(test|memory|fixture)\\.ts$|/testing/' },
    tsPreCompilationDeps: true,
  },
}
