// The backends a user can choose from, and the environment variable that passes each backend's key to the server. Pure data;
// a test compares it with the server's own list, the setting backend.primary.

export interface Backend {
  readonly name: string;
  readonly label: string;
  readonly detail: string;
  /** The server's environment variable for the key; undefined if the backend needs no key. */
  readonly keyVariable?: string;
  readonly remote: boolean;
}

export const BACKENDS: readonly Backend[] = [
  {
    name: 'local',
    label: 'Local model',
    detail: 'llama.cpp on this machine; the embedded model or one you pulled. Nothing leaves the machine.',
    remote: false,
  },
  {
    name: 'codestral',
    label: 'Codestral API',
    detail: 'codestral.mistral.ai, with its own key.',
    keyVariable: 'CODESTRAL_API_KEY',
    remote: true,
  },
  {
    name: 'mistral',
    label: 'Mistral API',
    detail: 'The general API, with its key and regions.',
    keyVariable: 'MISTRAL_API_KEY',
    remote: true,
  },
  {
    name: 'fim_server',
    label: 'FIM server',
    detail: "Another machine's codestral-ls host --listen, or any server with Mistral's FIM API.",
    keyVariable: 'CODESTRAL_FIM_SERVER_KEY',
    remote: true,
  },
  {
    name: 'openai',
    label: 'OpenAI-compatible server',
    detail: 'vLLM, LM Studio, TGI or a gateway, through /v1/completions.',
    keyVariable: 'CODESTRAL_OPENAI_KEY',
    remote: true,
  },
  {
    name: 'llama_server',
    label: 'llama-server',
    detail: "llama.cpp's own server.",
    keyVariable: 'CODESTRAL_LLAMA_SERVER_KEY',
    remote: true,
  },
  { name: 'ollama', label: 'Ollama', detail: 'A model in Ollama that can insert.', remote: true },
  { name: 'none', label: 'None', detail: 'Nothing is completed.', remote: false },
];

export function backendNamed(name: string): Backend | undefined {
  return BACKENDS.find((backend) => backend.name === name);
}

/** Backends that need a key, the current backend first. */
export function backendsWithKeys(primary: string): Backend[] {
  const keyed = BACKENDS.filter((backend) => backend.keyVariable !== undefined);
  return [...keyed.filter((backend) => backend.name === primary), ...keyed.filter((backend) => backend.name !== primary)];
}
