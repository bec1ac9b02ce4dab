import { mount } from 'svelte';

import { mark } from '../../lib/language.svelte.ts';
import '../../styles/base.css';
import App from './App.svelte';

mark();
mount(App, { target: document.getElementById('screen') ?? document.body });
