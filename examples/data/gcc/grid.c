/* Loops over arrays: products of matrices, a stencil, a histogram. Whole numbers only, so that no flag may
   change the result. */
#include <stdint.h>
#include <stdio.h>

enum { SIDE = 56, STEPS = 12, BINS = 64 };
static int32_t a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];
static uint32_t bins[BINS];

static void fill(int32_t seed) {
  for (int i = 0; i < SIDE; i++) {
    for (int j = 0; j < SIDE; j++) {
      a[i][j] = (i * 7 + j * 13 + seed) % 101;
      b[i][j] = (i * 11 + j * 3 + seed) % 89;
    }
  }
}

static void multiply(void) {
  for (int i = 0; i < SIDE; i++) {
    for (int j = 0; j < SIDE; j++) {
      int32_t sum = 0;
      for (int k = 0; k < SIDE; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
}

static void smooth(int wrap) {
  for (int step = 0; step < STEPS; step++) {
    for (int i = 1; i < SIDE - 1; i++) {
      for (int j = 1; j < SIDE - 1; j++) {
        int32_t around = c[i - 1][j] + c[i + 1][j] + c[i][j - 1] + c[i][j + 1];
        a[i][j] = wrap ? (around / 4) & 0xffff : around / 4;
      }
    }
    for (int i = 1; i < SIDE - 1; i++)
      for (int j = 1; j < SIDE - 1; j++) c[i][j] = a[i][j];
  }
}

static void count(void) {
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) bins[(uint32_t)c[i][j] % BINS]++;
}

int main(void) {
  uint64_t sum = 0;
  for (int round = 0; round < 3; round++) {
    fill(round);
    multiply();
    smooth(round & 1);
    count();
  }
  for (int i = 0; i < BINS; i++) sum = sum * 131 + bins[i];
  printf("%llu\n", (unsigned long long)sum);
  return 0;
}
