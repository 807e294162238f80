import type { InteractionStore } from '@portico/sso';
import { asPort, copyOf, insert, type Tables } from './tables.js';

export const interactionStore = ({ interactions }: Tables): InteractionStore => {
  const openAt = (id: string, at: number) => {
    const interaction = interactions.get(id);
    return interaction && interaction.expiresAt > at ? interaction : undefined;
  };
  return asPort<InteractionStore>({
    open: (interaction) => insert(interactions, interaction.id, interaction),
    find: (id, at) => copyOf(openAt(id, at)),
    ask: (id, prompt) => {
      const interaction = interactions.get(id);
      if (interaction) interactions.set(id, copyOf({ ...interaction, prompt }));
    },
    answer: (id, answers, at) => {
      const interaction = openAt(id, at);
      if (!interaction) return false;
      interactions.set(id, copyOf({ ...interaction, answers: { ...interaction.answers, ...answers } }));
      return true;
    },
    close: (id, at) => openAt(id, at) !== undefined && interactions.delete(id),
  });
};
