/* Work on strings: words are hashed into a table, counted, and searched for. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 512, WORDS = 2500, LONGEST = 12 };
struct slot {
  char word[LONGEST];
  uint32_t count;
};
static struct slot table[SLOTS];

static uint32_t hash(const char *word) {
  uint32_t value = 2166136261u;
  for (; *word != '\0'; word++) value = (value ^ (uint8_t)*word) * 16777619u;
  return value;
}

static uint32_t make_word(char *word, uint32_t seed) {
  int length = 2 + (int)(seed % 7);
  for (int i = 0; i < length; i++) {
    seed = seed * 1103515245u + 12345u;
    word[i] = (char)('a' + (seed >> 16) % 5);
  }
  word[length] = '\0';
  return seed;
}

static int same(const char *a, const char *b) {
  while (*a != '\0' && *a == *b) a++, b++;
  return *a == *b;
}

static void add(const char *word) {
  uint32_t at = hash(word) % SLOTS;
  for (int tries = 0; tries < SLOTS; tries++, at = (at + 1) % SLOTS) {
    if (table[at].count == 0) strcpy(table[at].word, word);
    if (same(table[at].word, word)) {
      table[at].count++;
      return;
    }
  }
}

static int vowels(const char *word) {
  int sum = 0;
  for (; *word != '\0'; word++) {
    switch (*word) {
      case 'a':
      case 'e': sum += 2; break;
      case 'c': sum += 1; break;
      default: break;
    }
  }
  return sum;
}

int main(void) {
  char word[LONGEST];
  uint32_t seed = 42, score = 0;
  for (int i = 0; i < WORDS; i++) {
    seed = make_word(word, seed);
    add(word);
    score += (uint32_t)vowels(word);
  }
  for (int i = 0; i < SLOTS; i++) score = score * 33 + table[i].count;
  printf("%u\n", score);
  return 0;
}
