import { mount } from 'svelte';

import { mark } from '../../lib/language.svelte.ts';
import '../../styles/base.css';
import App from './App.svelte';
import { shut } from './shut.ts';

mark();
shut(window);
mount(App, { target: document.getElementById('screen') ?? document.body });
