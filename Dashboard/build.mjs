// Puts the page beside the modules that tsc wrote.
import { cpSync } from 'node:fs';

cpSync(new URL('public/', import.meta.url), new URL('../Node/wwwroot/', import.meta.url), { recursive: true });
