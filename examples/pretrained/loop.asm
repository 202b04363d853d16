target: haswell
metric: cycles per iteration
asm:
  mov rax,QWORD PTR [rdi+rcx*8]
  add rax,QWORD PTR [rsi+rcx*8]
  mov QWORD PTR [rdx+rcx*8],rax
  inc rcx
  cmp rcx,r8
