/** Which way imports go (docs/architecture.md, "Folders and imports"). @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-ring-of-files', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'a-function-knows-shared-only',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^(bundling|functions|local-runner|e2e|bench|deploy)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'shared-knows-nothing-above',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(bundling|functions|local-runner|e2e|bench|deploy)/' },
    },
    {
      name: 'the-runner-stands-where-aws-stands',
      severity: 'error',
      from: { path: '^(local-runner|deploy)/' },
      to: { path: '^(functions|shared)/' },
    },
    {
      name: 'tests-only',
      comment: 'Memory fakes and test builders stay out of what is deployed.',
      severity: 'error',
      from: { pathNot: '\\.(test|memory)\\.ts$|/testing/|^(e2e|bench)/' },
      to: { path: '\\.(test|memory)\\.ts$|/testing/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
