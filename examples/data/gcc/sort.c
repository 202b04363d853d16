/* Sorts a few thousand numbers three ways and adds up what it saw. Its output does not depend on flags. */
#include <stdint.h>
#include <stdio.h>

enum { COUNT = 3000 };
static uint32_t numbers[COUNT];
static uint32_t scratch[COUNT];

static void fill(uint32_t seed) {
  for (int i = 0; i < COUNT; i++) {
    seed = seed * 1664525u + 1013904223u;
    numbers[i] = seed >> 7;
  }
}

static void insertion_sort(uint32_t *from, int count) {
  for (int i = 1; i < count; i++) {
    uint32_t own = from[i];
    int place = i;
    for (; place > 0 && from[place - 1] > own; place--) from[place] = from[place - 1];
    from[place] = own;
  }
}

static void merge_sort(uint32_t *from, uint32_t *to, int count) {
  if (count < 12) {
    insertion_sort(from, count);
    return;
  }
  int half = count / 2, left = 0, right = half;
  merge_sort(from, to, half);
  merge_sort(from + half, to + half, count - half);
  for (int i = 0; i < count; i++) {
    int take_left = right >= count || (left < half && from[left] <= from[right]);
    to[i] = take_left ? from[left++] : from[right++];
  }
  for (int i = 0; i < count; i++) from[i] = to[i];
}

static void radix_sort(void) {
  for (int shift = 0; shift < 32; shift += 8) {
    int starts[257] = {0};
    for (int i = 0; i < COUNT; i++) starts[((numbers[i] >> shift) & 255) + 1]++;
    for (int i = 0; i < 256; i++) starts[i + 1] += starts[i];
    for (int i = 0; i < COUNT; i++) scratch[starts[(numbers[i] >> shift) & 255]++] = numbers[i];
    for (int i = 0; i < COUNT; i++) numbers[i] = scratch[i];
  }
}

static uint64_t checksum(void) {
  uint64_t sum = 0;
  for (int i = 0; i < COUNT; i++) sum = sum * 31 + numbers[i];
  return sum;
}

int main(void) {
  uint64_t sum = 0;
  for (uint32_t round = 1; round <= 4; round++) {
    fill(round);
    merge_sort(numbers, scratch, COUNT);
    sum ^= checksum();
    fill(round + 100);
    radix_sort();
    sum ^= checksum();
  }
  fill(7);
  insertion_sort(numbers, 900);
  printf("%llu\n", (unsigned long long)(sum ^ checksum()));
  return 0;
}
