/* Writes encode.txt, which tests/common/jpeg_encode.rs reads: small images made from a number, and the length and two
 * hashes (FNV-1a of 64 bits, SHA-256) of the files that libjpeg-turbo makes of them. Made with libjpeg-turbo 2.1.5:
 *
 *     gcc -O2 encode.c -ljpeg -o /tmp/encode && /tmp/encode > encode.txt
 */
#include <stdio.h>
#include <stdlib.h>
#include <jpeglib.h>

static unsigned long long state;

static unsigned below(unsigned limit) {
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return (unsigned)(state >> 33) % limit;
}

/* A sample of an image: the same in tests/common/jpeg_encode.rs. */
static unsigned sample(int kind, int x, int y, int channel) {
  switch (kind) {
  case 0: return below(256);
  case 1: return (unsigned)(x * (channel + 2) + y * 3) & 255;
  case 2: return (x / 3 + y / (channel + 1)) % 2 ? 255 : 0;
  case 3: return (unsigned)(abs((x * 5 + channel * 40) % 200 - 100) + abs((y * 3) % 180 - 90)) + below(8);
  case 4: return below(60) ? (unsigned)(40 * channel + 90) : below(256);
  default: return below(2) * 255;
  }
}

static void write_case(int number) {
  int width = 1 + below(number % 10 ? 70 : 300), height = 1 + below(number % 10 ? 70 : 300);
  int kind = below(6), quality = 1 + below(100), chroma = below(3), mode = below(3), gray = below(6) == 0;
  int restart = below(3) ? 0 : 1 + below(number % 2 ? 12 : 3000);
  static const char *const chromas[] = { "4:2:0", "4:2:2", "4:4:4" };
  static const char *const modes[] = { "baseline", "optimized", "progressive" };

  struct jpeg_compress_struct c;
  struct jpeg_error_mgr errors;
  unsigned char *file = NULL;
  unsigned long length = 0;
  c.err = jpeg_std_error(&errors);
  jpeg_create_compress(&c);
  jpeg_mem_dest(&c, &file, &length);
  c.image_width = width;
  c.image_height = height;
  c.input_components = gray ? 1 : 3;
  c.in_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&c);
  jpeg_set_quality(&c, quality, TRUE);
  if (!gray) {
    c.comp_info[0].h_samp_factor = chroma == 2 ? 1 : 2;
    c.comp_info[0].v_samp_factor = chroma == 0 ? 2 : 1;
  }
  c.optimize_coding = mode == 1;
  if (mode == 2) jpeg_simple_progression(&c);
  c.restart_interval = restart;
  jpeg_start_compress(&c, TRUE);
  state = number;
  for (int y = 0; y < height; y++) {
    unsigned char row[900], *rows[] = { row };
    for (int x = 0; x < width; x++)
      for (int channel = 0; channel < c.input_components; channel++)
        row[x * c.input_components + channel] = sample(kind, x, y, channel);
    jpeg_write_scanlines(&c, rows, 1);
  }
  jpeg_finish_compress(&c);
  jpeg_destroy_compress(&c);

  FILE *out = fopen("/tmp/encode.jpg", "wb");
  fwrite(file, 1, length, out);
  fclose(out);
  char hash[65] = "";
  FILE *sum = popen("sha256sum /tmp/encode.jpg", "r");
  if (fscanf(sum, "%64s", hash) != 1) exit(1);
  pclose(sum);
  unsigned long long fnv = 0xcbf29ce484222325;
  for (unsigned long i = 0; i < length; i++) fnv = (fnv ^ file[i]) * 0x100000001b3;
  free(file);
  printf("%d %d %d %d %s %s %d %d %lu %016llx %s\n", width, height, kind, quality, gray ? "gray" : chromas[chroma],
         modes[mode], restart, number, length, fnv, hash);
}

int main(void) {
  for (int number = 1; number <= 300; number++) {
    state = number * 1000;
    write_case(number);
  }
}
